-- Each phase is a stretch of one index.
SELECT f.phase, (
  SELECT COUNT(*) FROM tasks t WHERE t.code_id = @code_id AND t.phase = f.phase AND t.id >= @from AND t.id < @to)
FROM (VALUES (3), (4), (5), (6)) f (phase)
UNION ALL
SELECT COALESCE(l.phase, 0), COUNT(*)
FROM tasks t
LEFT JOIN leases l ON l.task_id = t.id
WHERE t.code_id = @code_id AND t.phase IS NULL AND t.id >= @from AND t.id < @to
GROUP BY 1;
