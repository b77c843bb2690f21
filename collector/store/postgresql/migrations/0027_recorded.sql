-- As for SQLite, which keeps what the planner is to think of a table; PostgreSQL counts for itself.
SELECT 1;
