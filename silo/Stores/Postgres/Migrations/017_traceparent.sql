-- The trace of the request that queued a task; empty when none is recorded.
ALTER TABLE tasks ADD COLUMN traceparent text NOT NULL DEFAULT '';
