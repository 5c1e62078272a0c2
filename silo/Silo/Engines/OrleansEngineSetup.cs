namespace Orleans.Hybrid.Silo.Engines;
