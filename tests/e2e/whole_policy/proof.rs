//! Which test drives which line of the whole policy through the running program. The table is held to be whole and true: each key
//! that the file names stands in it, and each test that it names is there and speaks of the key (those of this room have the whole
//! file before them).

use super::WHOLE;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use toml::de::{DeTable, DeValue};

/// Keys of the file, by their tables, and tests as `module::name`.
const PROVED: &[(&str, &[&str])] = &[
    ("server.listen", &["tls::both_versions_and_both_protocols_are_spoken"]),
    ("server.redirect", &["tls::the_plain_listener_only_redirects"]),
    (
        "server.proxy_protocol",
        &[
            "balanced::the_address_that_was_said_is_the_clients_everywhere",
            "balanced::without_a_proper_header_a_connection_is_closed_told_and_counted",
            "balanced::where_it_is_not_required_a_header_is_not_believed",
        ],
    ),
    (
        "server.trusted_proxies",
        &[
            "heads::a_trusted_proxy_is_believed",
            "heads::the_host_is_kept_and_forwarding_fields_of_a_stranger_are_not_believed",
        ],
    ),
    (
        "server.drain",
        &["life::readiness_fails_first_and_what_is_open_finishes", "life::what_never_ends_is_cut_at_the_limit"],
    ),
    ("limits.header_bytes", &["gate::a_head_beyond_its_ceilings_is_refused_with_a_page_however_much_follows"]),
    ("limits.body_bytes", &["posts_in_trouble::a_body_over_the_limit_is_refused"]),
    ("limits.memory_per_body", &["spool::a_long_post_passes_byte_for_byte_and_leaves_no_file"]),
    ("limits.spool_bytes", &["spool::a_full_spool_is_a_503_and_the_next_request_works"]),
    ("limits.header_timeout", &["gate::an_idle_connection_may_wait_and_a_slow_head_may_not"]),
    (
        "limits.idle_timeout",
        &[
            "gate::an_idle_connection_may_wait_and_a_slow_head_may_not",
            "streaming::an_answer_that_stops_in_the_middle_is_broken_off",
        ],
    ),
    ("limits.body_min_rate", &["posts_in_trouble::a_body_that_comes_too_slowly_is_refused"]),
    ("limits.connections", &["lines::so_many_connections_stand_and_others_wait"]),
    (
        "limits.inspect_time",
        &["lines::the_ceilings_of_a_file_may_stand_among_all_limits", "lines::one_file_has_so_much_time"],
    ),
    ("limits.archive_depth", &["lines::the_ceilings_of_a_file_may_stand_among_all_limits"]),
    ("limits.archive_entries", &["lines::the_ceilings_of_a_file_may_stand_among_all_limits"]),
    ("limits.archive_bytes", &["lines::the_ceilings_of_a_file_may_stand_among_all_limits"]),
    ("limits.archive_ratio", &["lines::the_ceilings_of_a_file_may_stand_among_all_limits"]),
    ("state.dir", &["journal::what_was_decided_is_kept_and_can_be_checked"]),
    ("state.database", &["whole_policy::holds::who_approves_how_many_and_how_it_goes_on_is_as_it_says"]),
    (
        "state.key_file",
        &[
            "sealed::key_files_are_made_and_what_is_wrong_with_them_is_told",
            "held_trouble::without_its_key_file_or_with_one_that_others_may_read_it_does_not_start",
        ],
    ),
    (
        "state.seal_to",
        &[
            "lines::seals_are_written_to_a_second_place_and_tell_a_journal_that_was_cut",
            "whole_policy::rest::listeners_seals_and_servers_are_as_it_says",
        ],
    ),
    ("state.keep.incidents", &["lines::what_was_kept_long_enough_goes_from_the_store"]),
    ("state.keep.access", &["lines::what_was_kept_long_enough_goes_from_the_journal"]),
    ("state.keep.grants", &["lines::what_was_kept_long_enough_goes_from_the_store"]),
    ("console.listen", &["console::who_has_not_signed_in_sees_nothing"]),
    ("console.allow", &["console::it_is_for_the_networks_that_are_allowed"]),
    ("console.session_idle", &["lines::a_session_of_the_console_ends_when_it_is_not_used"]),
    ("alert.webhook", &["alerts::what_passed_is_told_and_what_was_refused_or_masked_is_not"]),
    ("alert.mail.smtp", &["lines::what_passed_is_mailed_and_stands_in_the_collector"]),
    ("alert.mail.from", &["lines::what_passed_is_mailed_and_stands_in_the_collector"]),
    ("alert.mail.to", &["lines::what_passed_is_mailed_and_stands_in_the_collector"]),
    ("alert.syslog.to", &["lines::what_passed_is_mailed_and_stands_in_the_collector"]),
    ("alert.syslog.format", &["lines::what_passed_is_mailed_and_stands_in_the_collector"]),
    ("site.hosts", &["exceptions::a_site_may_be_one_port_of_a_name"]),
    ("site.tls.cert", &["tls::a_certificate_swapped_by_symlink_is_picked_up_and_connections_go_on"]),
    ("site.tls.key", &["tls::a_certificate_swapped_by_symlink_is_picked_up_and_connections_go_on"]),
    (
        "site.upstream",
        &[
            "several_servers::a_client_keeps_to_its_server_and_goes_on_to_the_next",
            "whole_policy::rest::listeners_seals_and_servers_are_as_it_says",
        ],
    ),
    ("site.health.path", &["several_servers::a_server_that_is_not_well_is_passed_over_until_it_is"]),
    ("site.health.every", &["several_servers::a_server_that_is_not_well_is_passed_over_until_it_is"]),
    ("site.health.fail", &["several_servers::a_server_that_is_not_well_is_passed_over_until_it_is"]),
    ("site.health.rise", &["several_servers::a_server_that_is_not_well_is_passed_over_until_it_is"]),
    (
        "site.charset",
        &[
            "pages::html_is_masked_in_its_charset_however_it_says_it",
            "offered::the_page_offers_it_in_english_too_and_in_the_charset_of_the_site",
        ],
    ),
    ("site.policy", &["whole_policy::every_rule_decides_what_it_says_and_not_its_neighbour"]),
    ("site.pages.language", &["own_pages::a_refusal_is_the_sites_own_page_filled_in_and_escaped"]),
    (
        "site.pages.block",
        &[
            "whole_policy::own_kinds_allowed_values_and_pages_are_as_it_says",
            "own_pages::a_refusal_is_the_sites_own_page_filled_in_and_escaped",
        ],
    ),
    ("site.refusal.status", &["lines::a_refusal_has_the_shape_and_the_status_that_the_sites_scripts_know"]),
    ("site.refusal.json", &["lines::a_refusal_has_the_shape_and_the_status_that_the_sites_scripts_know"]),
    ("site.contact.office", &["own_pages::a_refusal_is_the_sites_own_page_filled_in_and_escaped"]),
    ("site.contact.phone", &["lines::a_refusal_has_the_shape_and_the_status_that_the_sites_scripts_know"]),
    ("site.contact.mail", &["lines::a_refusal_has_the_shape_and_the_status_that_the_sites_scripts_know"]),
    ("site.contact.hours", &["lines::a_refusal_has_the_shape_and_the_status_that_the_sites_scripts_know"]),
    ("site.identity.session_cookie", &["sealed::the_session_cookie_and_the_age_are_the_operators"]),
    ("site.identity.login.path", &["identity::who_has_signed_in_stands_in_the_records_and_who_failed_does_not"]),
    (
        "site.identity.login.field",
        &[
            "identity::who_has_signed_in_stands_in_the_records_and_who_failed_does_not",
            "whole_policy::rest::who_is_signed_in_at_the_site_has_a_total_wherever_the_account_is_used",
        ],
    ),
    ("site.identity.login.ok", &["identity::who_has_signed_in_stands_in_the_records_and_who_failed_does_not"]),
    ("site.gone", &["hygiene::what_is_gone_is_said_to_be_and_never_asked_for"]),
    ("site.banner.path", &["hygiene::a_notice_stands_above_forms_in_any_charset_and_masks_stay"]),
    ("site.headers.hsts", &["hygiene::headers_are_added_where_the_site_has_none"]),
    ("site.headers.secure_cookies", &["hygiene::headers_are_added_where_the_site_has_none"]),
    ("site.robots.noindex", &["hygiene::headers_are_added_where_the_site_has_none"]),
    ("site.robots.add", &["hygiene::robots_txt_gets_something_more"]),
    ("site.listing", &["hygiene::folders_are_not_listed"]),
    (
        "gate.path",
        &[
            "whole_policy::rest::the_login_stands_before_the_pages_of_the_office",
            "gate_login::no_way_of_writing_a_path_leads_around_it",
        ],
    ),
    ("gate.require", &["gate_login::a_gate_may_take_one_time_codes"]),
    ("gate.idle", &["gate_login::a_session_ends_when_it_is_not_used_when_signed_out_and_with_its_account"]),
    (
        "hold.expire",
        &[
            "whole_policy::holds::who_approves_how_many_and_how_it_goes_on_is_as_it_says",
            "held_told::what_nobody_decides_in_time_is_told_recorded_and_destroyed",
        ],
    ),
    (
        "hold.release",
        &[
            "whole_policy::holds::who_approves_how_many_and_how_it_goes_on_is_as_it_says",
            "held_forward::what_was_approved_is_sent_as_it_came_and_once",
        ],
    ),
    ("hold.approvers", &["whole_policy::holds::who_approves_how_many_and_how_it_goes_on_is_as_it_says"]),
    ("hold.deputy", &["whole_policy::holds::who_approves_how_many_and_how_it_goes_on_is_as_it_says"]),
    ("hold.second_for", &["whole_policy::holds::who_approves_how_many_and_how_it_goes_on_is_as_it_says"]),
    ("role.any.address", &["whole_policy::every_rule_decides_what_it_says_and_not_its_neighbour"]),
    ("role.any.path", &["whole_policy::every_rule_decides_what_it_says_and_not_its_neighbour"]),
    (
        "role.any.client_cert",
        &[
            "whole_policy::rest::an_officer_may_show_a_certificate",
            "certificates::who_shows_a_certificate_of_the_office_has_its_role",
        ],
    ),
    ("role.any.header.name", &["whole_policy::every_rule_decides_what_it_says_and_not_its_neighbour"]),
    ("role.any.header.value", &["whole_policy::every_rule_decides_what_it_says_and_not_its_neighbour"]),
    ("role.any.from", &["roles::pages_for_the_office_are_for_the_office"]),
    ("detector.pattern", &["whole_policy::own_kinds_allowed_values_and_pages_are_as_it_says"]),
    ("detector.context", &["whole_policy::every_rule_decides_what_it_says_and_not_its_neighbour"]),
    ("detector.mask", &["whole_policy::own_kinds_allowed_values_and_pages_are_as_it_says"]),
    ("detector.together", &["whole_policy::own_kinds_allowed_values_and_pages_are_as_it_says"]),
    ("detector.within", &["whole_policy::own_kinds_allowed_values_and_pages_are_as_it_says"]),
    (
        "allow.values",
        &[
            "whole_policy::own_kinds_allowed_values_and_pages_are_as_it_says",
            "lines::what_is_allowed_may_be_so_for_a_site_a_path_a_kind_and_a_time",
        ],
    ),
    ("allow.kinds", &["lines::what_is_allowed_may_be_so_for_a_site_a_path_a_kind_and_a_time"]),
    ("allow.reason", &["whole_policy::rest::every_line_is_taken"]),
    ("allow.by", &["whole_policy::rest::every_line_is_taken"]),
    ("allow.hashes", &["whole_policy::own_kinds_allowed_values_and_pages_are_as_it_says"]),
    ("allow.until", &["lines::what_is_allowed_may_be_so_for_a_site_a_path_a_kind_and_a_time"]),
    ("policy.mode", &["policies::what_is_only_observed_goes_through_and_is_recorded"]),
    ("policy.default", &["policies::the_default_decides_what_no_rule_names"]),
    ("policy.rule.name", &["whole_policy::every_rule_decides_what_it_says_and_not_its_neighbour"]),
    ("policy.rule.path", &["whole_policy::every_rule_decides_what_it_says_and_not_its_neighbour"]),
    ("policy.rule.except_role", &["whole_policy::every_rule_decides_what_it_says_and_not_its_neighbour"]),
    ("policy.rule.action", &["whole_policy::every_rule_decides_what_it_says_and_not_its_neighbour"]),
    ("policy.rule.on", &["whole_policy::every_rule_decides_what_it_says_and_not_its_neighbour"]),
    ("policy.rule.find", &["whole_policy::every_rule_decides_what_it_says_and_not_its_neighbour"]),
    ("policy.rule.form.secret", &["whole_policy::every_rule_decides_what_it_says_and_not_its_neighbour"]),
    ("policy.rule.at_least", &["whole_policy::every_rule_decides_what_it_says_and_not_its_neighbour"]),
    ("policy.rule.file_name", &["whole_policy::every_rule_decides_what_it_says_and_not_its_neighbour"]),
    ("policy.rule.file_type", &["whole_policy::every_rule_decides_what_it_says_and_not_its_neighbour"]),
    ("policy.rule.role", &["whole_policy::every_rule_decides_what_it_says_and_not_its_neighbour"]),
    ("policy.window.name", &["windows::who_takes_numbers_one_by_one_is_stopped_and_stays_so_after_a_restart"]),
    (
        "policy.window.per",
        &[
            "whole_policy::rest::who_is_signed_in_at_the_site_has_a_total_wherever_the_account_is_used",
            "identity::a_total_by_account_follows_the_account_and_else_the_address",
            "lines::a_total_may_be_that_of_a_role_whoever_is_in_it",
        ],
    ),
    ("policy.window.find", &["whole_policy::what_is_asked_about_goes_on_and_who_collects_is_stopped"]),
    ("policy.window.counts", &["windows::only_what_was_shown_unmasked_counts_and_exempt_addresses_do_not"]),
    ("policy.window.different", &["whole_policy::what_is_asked_about_goes_on_and_who_collects_is_stopped"]),
    ("policy.window.in", &["windows::who_takes_numbers_one_by_one_is_stopped_and_stays_so_after_a_restart"]),
    ("policy.window.hours", &["lines::a_total_may_be_for_some_hours_only"]),
    ("policy.window.except", &["whole_policy::what_is_asked_about_goes_on_and_who_collects_is_stopped"]),
    ("policy.window.action", &["whole_policy::what_is_asked_about_goes_on_and_who_collects_is_stopped"]),
];

/// Every key of a table, by its way; what an operator calls something (`[role.officer]`) is no part of that.
fn keys(value: &DeValue<'_>, way: &str, all: &mut BTreeSet<String>) {
    match value {
        DeValue::Table(table) => {
            for (key, value) in table.iter() {
                let (key, value) = (key.get_ref(), value.get_ref());
                let is_named = matches!(way, "role" | "detector" | "policy" | "gate") && value.is_table();
                let is_path = way == "hold.approvers";
                let below = if is_named || is_path { way.to_owned() } else { format!("{way}.{key}") };
                keys(value, below.trim_start_matches('.'), all);
            }
        }
        DeValue::Array(list) if list.iter().any(|value| value.get_ref().is_table()) => {
            list.iter().for_each(|value| keys(value.get_ref(), way, all));
        }
        _ => drop(all.insert(way.to_owned())),
    }
}

/// The source of a module of these tests.
fn source(module: &str) -> String {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/e2e").join(format!("{}.rs", module.replace("::", "/")));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn each_key_of_the_whole_policy_is_driven_by_a_test_that_is_there() {
    let mut all = BTreeSet::new();
    keys(&DeValue::Table(DeTable::parse(WHOLE).expect("TOML").into_inner()), "", &mut all);
    let proved: BTreeMap<&str, &[&str]> = PROVED.iter().copied().collect();
    assert_eq!(proved.len(), PROVED.len(), "a key stands there twice");
    let (all, listed): (Vec<&str>, Vec<&str>) =
        (all.iter().map(String::as_str).collect(), proved.keys().copied().collect());
    assert_eq!(listed, all, "the table, and the keys of the file");
    for (key, tests) in PROVED {
        assert!(!tests.is_empty(), "{key}");
        for test in *tests {
            let (module, name) = test.rsplit_once("::").expect("a module");
            let source = source(module);
            let stands = format!("multi_thread\")]\nasync fn {name}()");
            assert!(source.contains(&stands), "{key}: {test} is no test");
            let word = key.rsplit('.').next().expect("a word");
            assert!(module.starts_with("whole_policy") || source.contains(word), "{key}: {module} never speaks of it");
        }
    }
}
