"""今天: what waits for me, what is due, one tap to do it. Read only."""
