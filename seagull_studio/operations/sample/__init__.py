"""What the sample project is made of: its photographs, their distorted copies, their true values."""
