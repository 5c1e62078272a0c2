SELECT COUNT(*)
FROM (
  SELECT 1
  FROM lanes l
  CROSS JOIN LATERAL (SELECT 1 FROM ready r WHERE r.lane = l.id LIMIT @most) waiting
  WHERE l.cluster_id = @cluster_id
  LIMIT @most) counted;
