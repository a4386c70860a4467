"""What jedi knows around the cursor, found out in a process of its own: it may hang, and it may die."""
