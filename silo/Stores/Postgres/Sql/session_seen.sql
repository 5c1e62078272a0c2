-- Rows are locked in the order of their ids, as a claim locks them.
UPDATE sessions s
SET seen_at = @now
FROM (
  SELECT o.id
  FROM sessions o
  WHERE o.id = ANY (ARRAY(SELECT jsonb_array_elements_text(@ids::jsonb)))
  ORDER BY o.id
  FOR NO KEY UPDATE) seen
WHERE s.id = seen.id;
UPDATE sessions s
SET phase = 2
FROM (
  SELECT o.id
  FROM sessions o
  WHERE o.phase < 2 AND o.seen_at < @silent_since
  ORDER BY o.id
  FOR NO KEY UPDATE) silent
WHERE s.id = silent.id;
