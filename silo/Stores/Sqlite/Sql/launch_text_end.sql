SELECT start + size
FROM launch_texts
WHERE launch_id = @launch_id AND attempt = @attempt
ORDER BY start DESC
LIMIT 1;
