{# Rows for which a condition is not true; what is unknown does not count as broken. #}
{% test holds(model, condition) %}
select 1 as broken
from {{ model }}
where not ({{ condition }})
{% endtest %}
