-- Each phase is a stretch of one index.
SELECT f.phase, (
  SELECT COUNT(*) FROM tasks t WHERE t.code_id = @code_id AND t.phase = f.phase AND t.id >= @from AND t.id < @to)
FROM (SELECT 3 AS phase UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6) f
UNION ALL
SELECT COALESCE(l.phase, 0), COUNT(*)
FROM tasks t
LEFT JOIN leases l ON l.task_id = t.id
WHERE t.code_id = @code_id AND t.phase IS NULL AND t.id >= @from AND t.id < @to
GROUP BY 1;
