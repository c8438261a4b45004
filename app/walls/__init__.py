"""Looking at the months' photos: the walls of a group's year, of a branch's month, of a committee's month. Read only."""
