{# Nothing lost, nothing doubled: one row when the counts differ. #}
{% test as_many_rows_as(model, other) %}
select
    ours.n as ours_n,
    others.n as others_n
from (select count(*) as n from {{ model }}) as ours
cross join (select count(*) as n from {{ other }}) as others
where ours.n != others.n
{% endtest %}
