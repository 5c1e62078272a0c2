-- The same for the lanes of a code, a cluster, or both: all that they have from one place in the index for each lane and phase.
WITH page AS (
  (
    SELECT n.id
    FROM (
      SELECT l.id AS lane, p.phase
      FROM lanes l
      CROSS JOIN unnest(@heads) p (phase)
      WHERE (@project_id::text IS NULL OR l.project_id = @project_id)
        AND (@code_name::text IS NULL OR l.code_name = @code_name)
        AND (@cluster_id::text IS NULL OR l.cluster_id = @cluster_id)
        AND (@user_id::text IS NULL OR EXISTS (SELECT 1 FROM projects o WHERE o.id = l.project_id AND o.user_id = @user_id))) h
    CROSS JOIN LATERAL (
      SELECT t.id
      FROM tasks t
      WHERE t.lane = h.lane AND COALESCE(t.phase, 0) = h.phase
        AND t.id COLLATE "POSIX" >= @from AND t.id COLLATE "POSIX" < @before
        AND (@label::text IS NULL OR t.label = @label)
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
      AND (@project_id::text IS NULL OR t.project_id = @project_id)
      AND (@code_name::text IS NULL OR t.code_name = @code_name)
      AND (@cluster_id::text IS NULL OR t.cluster_id = @cluster_id)
      AND (@label::text IS NULL OR t.label = @label)
      AND (@user_id::text IS NULL OR EXISTS (SELECT 1 FROM projects o WHERE o.id = t.project_id AND o.user_id = @user_id))
      AND t.id >= @from AND t.id < @before
  ORDER BY id DESC
  LIMIT @most OFFSET @skip
)
SELECT s.*, CASE WHEN @payloads THEN t.payload ELSE '' END, NULL::bigint
FROM task_states s
JOIN tasks t ON t.id = s.id
WHERE s.id = ANY (ARRAY(SELECT id FROM page))
ORDER BY s.id DESC;
