-- Which bytes of a chunk are standard output, where not all of them are; StreamRuns says how. Logs of before have none.
ALTER TABLE log_chunks ADD COLUMN runs BLOB;
