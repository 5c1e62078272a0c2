-- name: average
SELECT average FROM cluster_averages WHERE cluster_id = @cluster_id;
