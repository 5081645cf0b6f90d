"""What serves the skill: settings, the app, its routes, and AWS Lambda."""
