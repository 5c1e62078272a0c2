SELECT start, data
FROM launch_texts
WHERE launch_id = @launch_id AND attempt = @attempt AND start >= COALESCE((
  SELECT MAX(start) FROM launch_texts WHERE launch_id = @launch_id AND attempt = @attempt AND start <= @offset), 0)
ORDER BY start
LIMIT 16;
