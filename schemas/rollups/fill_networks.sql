-- The texts behind the numbers of networks, in their order.
INSERT INTO {networks:Identifier} (network, rank, country, asn, organisation, network_class, city)
SELECT
    network,
    row_number() OVER (ORDER BY concat(page_country, '\t', toString(page_asn), '\t', page_organisation, '\t', page_network_class, '\t', page_city)),
    page_country, page_asn, page_organisation, page_network_class, page_city
FROM
(
    SELECT
        network_number AS network,
        any(country) AS page_country,
        any(asn) AS page_asn,
        any(organisation) AS page_organisation,
        any(network_class) AS page_network_class,
        any(city) AS page_city
    FROM events
    WHERE event_time >= {read_from:DateTime64(3, 'UTC')} AND event_time < {read_to:DateTime64(3, 'UTC')}
      AND kind = 'pageview'
      AND ({all_sites:Bool} OR has({sites:Array(String)}, site))
    GROUP BY network
)
SETTINGS max_threads = 1, max_insert_threads = 1, max_memory_usage = 2000000000
