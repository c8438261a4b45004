"""The reader's desk of the audit trail: filters and export. Writing is `app.audit`, far below."""
