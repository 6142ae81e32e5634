{#
    The materialisation `lake`: a model is one Parquet file in the home's lake, and a view on it.

    dbt-duckdb's own `external` stages every row through a temporary table and writes a row of
    nulls for an empty model. This one streams the query into a file beside the old one; the
    plugin `lake` makes it durable and renames it, so readers see the old file or the new one.
    Give every model an `order by` over its key: data versions are hashes of the bytes.
#}
{% materialization lake, adapter="duckdb" %}
    {%- set target_relation = this.incorporate(type="view") -%}
    {%- set aside = lake_folder(model) ~ "/." ~ model.name ~ ".parquet." ~ invocation_id ~ ".aside" -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% call statement("main") -%}
        {{ lake_write(compiled_code, aside) }}
    {%- endcall %}
    {% do adapter.store_relation("lake", target_relation, [], aside, "parquet", config) %}
    {% call statement("view") -%}
        {{ lake_view(target_relation, model) }}
    {%- endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {#- Without it the view is rolled back, and what reads it does not find it. -#}
    {% do adapter.commit() %}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({"relations": [target_relation]}) }}
{% endmaterialization %}


{# A model's folder is its stage's, unless it says another: `meta: {folder: ..}`. #}
{% macro lake_folder(node) -%}
    {{ adapter.external_root() }}/{{ node.config.meta.get("folder", node.config.meta.stage) }}
{%- endmacro %}


{% macro lake_path(node) -%}
    {{ lake_folder(node) }}/{{ node.name }}.parquet
{%- endmacro %}


{% macro lake_write(query, path) -%}
copy (
{{ query }}
) to '{{ path | replace("'", "''") }}' (format parquet, compression zstd, use_tmp_file false)
{%- endmacro %}


{% macro lake_view(relation, node) -%}
create or replace view {{ relation }} as
select * from read_parquet('{{ lake_path(node) | replace("'", "''") }}', hive_partitioning = false)
{%- endmacro %}


{#
    The database is in memory, so what an earlier run wrote is registered anew: every `lake`
    model that something selected reads and that is not itself selected.
#}
{% macro register_lake_models() %}
    {% if execute and flags.WHICH in ("build", "run", "test") %}
        {% set chosen = selected_resources %}
        {% set wanted = [] %}
        {% for id in chosen %}
            {% set node = graph.nodes.get(id) %}
            {% for parent in (node.depends_on.get("nodes", []) if node else []) %}
                {% set model = graph.nodes.get(parent) %}
                {% if model and model.config.materialized == "lake" and parent not in chosen
                    and model not in wanted %}
                    {% do wanted.append(model) %}
                {% endif %}
            {% endfor %}
        {% endfor %}
        {% for model in wanted %}
            {% set relation = api.Relation.create(
                database=model.database, schema=model.schema, identifier=model.alias) %}
            {% do run_query("create schema if not exists " ~ relation.without_identifier()) %}
            {% do run_query(lake_view(relation, model)) %}
        {% endfor %}
    {% endif %}
{% endmacro %}
