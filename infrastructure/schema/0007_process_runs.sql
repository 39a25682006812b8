-- When each process served, up to its last sign of life. Rows are updated in place every few
-- seconds; there is no index on a column that changes, so that nothing else has to be written.
CREATE TABLE process_runs (
    run_id     uuid        NOT NULL PRIMARY KEY,
    started_at timestamptz NOT NULL,
    alive_at   timestamptz NOT NULL,
    stopped    boolean     NOT NULL
) WITH (fillfactor = 50);
