"""Keep the service going: attempts at jobs, what failed, who is at work, what stands still."""
