-- The newest of a lane's tasks in one phase.
SELECT t.id
FROM tasks t
WHERE t.lane = @lane AND COALESCE(t.phase, 0) = @phase AND t.id >= @from AND t.id < @before
  AND (@label IS NULL OR t.label = @label)
  AND (@phase > 0 OR NOT @waiting OR NOT EXISTS (SELECT 1 FROM leases l WHERE l.task_id = t.id AND l.phase > 0))
ORDER BY t.id DESC
LIMIT @reach;
