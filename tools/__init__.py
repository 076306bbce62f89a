"""What is run beside the app: training the checkpoints, benchmarks, screenshots."""
