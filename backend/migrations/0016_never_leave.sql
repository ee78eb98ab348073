-- "Never leave it at the door" is one thing however it was said: an instruction, which the courier sees and the
-- recipient can take back.
insert into instructions (id, reference, number, kind, given_ms)
select 'ins_' || lower(replace(n.reference, '-', '')), n.reference,
    (select count(*) from instructions i where i.reference = n.reference), 'never_leave', d.created_ms
from never_at_the_door n
join deliveries d on d.reference = n.reference
where d.never_leave_ms is null;

update deliveries
set never_leave_ms = created_ms
where never_leave_ms is null and reference in (select reference from never_at_the_door);

drop table never_at_the_door;
