SELECT COUNT(*)
FROM (
  SELECT 1
  FROM lanes l
  JOIN ready r ON r.lane = l.id
  WHERE l.cluster_id = @cluster_id
  LIMIT @most) waiting;
