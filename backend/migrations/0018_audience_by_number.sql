-- The relay reads who is told of the newest events by their numbers alone. The primary key begins with the topic:
-- without this it reads the audience of the whole log each time.
create index event_audience_by_seq on event_audience (seq);
