-- name: lanes_add
INSERT INTO lanes (cluster_id, code_id, labels, project_id, code_name)
SELECT DISTINCT i.cluster_id, i.code_id, i.labels, i.project_id, i.code_name
FROM unnest(@cluster_id, @code_id, @labels, @project_id, @code_name) i (cluster_id, code_id, labels, project_id, code_name)
ORDER BY i.cluster_id, i.code_id, i.labels
ON CONFLICT (cluster_id, code_id, labels) DO NOTHING;
SELECT l.cluster_id, l.code_id, l.labels, l.id
FROM unnest(@cluster_id, @code_id, @labels) i (cluster_id, code_id, labels)
JOIN lanes l ON l.cluster_id = i.cluster_id AND l.code_id = i.code_id AND l.labels = i.labels;
