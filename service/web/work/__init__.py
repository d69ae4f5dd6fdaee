"""The inbox: folders, queues and views, a task beside its queue, its form and drafts, and opinions."""
