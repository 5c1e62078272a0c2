SELECT to_regclass('migrations') IS NOT NULL AND to_regclass('cluster_tokens') IS NOT NULL
