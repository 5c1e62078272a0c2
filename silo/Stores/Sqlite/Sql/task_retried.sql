-- The latest retry is named; ids sort by the time of queueing.
UPDATE tasks SET retry_id = @retry_id WHERE id = @id AND (retry_id IS NULL OR retry_id < @retry_id);
