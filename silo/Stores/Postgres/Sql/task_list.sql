-- A project's tasks, newest first: for each phase the newest few, and of these again the newest.
WITH page AS (
  (
    SELECT n.id
    FROM unnest(@heads) h (phase)
    CROSS JOIN LATERAL (
      SELECT t.id
      FROM tasks t
      WHERE t.project_id = @project_id AND COALESCE(t.phase, 0) = h.phase
        AND t.id COLLATE "POSIX" >= @from AND t.id COLLATE "POSIX" < @before
        AND (h.phase > 0 OR NOT @waiting
          OR NOT EXISTS (SELECT FROM leases l WHERE l.task_id = t.id AND l.phase > 0))
      ORDER BY t.id COLLATE "POSIX" DESC
      LIMIT @reach) n
  )
  UNION ALL
  -- What is being worked on is few, and stands in the leases.
  SELECT t.id
  FROM leases r
  JOIN tasks t ON t.id = r.task_id
  WHERE @leased > 0 AND ((@leased >> r.phase) & 1) = 1 AND t.phase IS NULL
      AND t.project_id = @project_id
      AND t.id >= @from AND t.id < @before
  ORDER BY id DESC
  LIMIT @most OFFSET @skip
)
SELECT s.*, CASE WHEN @payloads THEN t.payload ELSE '' END, NULL::bigint
FROM task_states s
JOIN tasks t ON t.id = s.id
WHERE s.id = ANY (ARRAY(SELECT id FROM page))
ORDER BY s.id DESC;
