from django.db import migrations

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0001_initial"),
        ("events", "0001_initial"),
        ("forms", "0001_initial"),
        ("payments", "0001_initial"),
        ("registrations", "0001_initial"),
    ]

    operations = [
        InstallSql("answered", version=1, digest="fe4a66a0e93a"),
        InstallSql("answers_changed", version=1, digest="f8d0287cb1f9"),
        InstallSql("booking_takes_the_time", version=1, digest="70cb1729ca81"),
        InstallSql("changed", version=1, digest="ad33e13f423d"),
        InstallSql("list", version=1, digest="2dec1b54c257"),
        InstallSql("listed_changes", version=1, digest="5fd3502662f1"),
        InstallSql("made", version=1, digest="0690a7f2e613"),
        InstallSql("normal", version=1, digest="e81e0a32b970"),
        InstallSql("note_answers", version=1, digest="adde067160a8"),
        InstallSql("note_the_change", version=1, digest="1d792e0074f9"),
        InstallSql("note_words", version=1, digest="1a7bc021475d"),
        InstallSql("of_order", version=1, digest="a1d93e2cc7e6"),
        InstallSql("order_changed", version=1, digest="0f82a1d707fe"),
        InstallSql("payment_changed", version=1, digest="a029a3084a56"),
        InstallSql("price_changed", version=1, digest="574ca4290c04"),
        InstallSql("renamed", version=1, digest="fad2a26da572"),
        InstallSql("search", version=1, digest="ca80e2633a12"),
        InstallSql("search_similar", version=1, digest="037f6d511763"),
        InstallSql("session_moves", version=1, digest="a42d4e3c6397"),
        InstallSql("sortable", version=1, digest="1c57686acafb"),
        InstallSql("ticket_changed", version=1, digest="dc3e952dcb5d"),
        InstallSql("ticket_gone", version=1, digest="acb929361437"),
        InstallSql("tickets_made", version=1, digest="0ca9302cb9cb"),
    ]
