"""When something is due, and what happens then: the working calendar, timers, pauses, recounting."""
