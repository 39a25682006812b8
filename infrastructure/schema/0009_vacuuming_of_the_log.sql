-- Vacuuming marks pages of which all rows are committed, so that the search for a stream's version
-- asks its index alone. By PostgreSQL's default it waits until a fifth of all rows are new, and then
-- reads gigabytes of a long log back; now it takes what came last while that is still in memory.
ALTER TABLE event_log SET (autovacuum_vacuum_insert_scale_factor = 0);
