"""Where views meet controllers: signals to methods, records to what views show. Nothing else."""
