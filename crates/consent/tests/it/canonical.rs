//! Canonical bytes (RFC 8785): what the standard and its companions publish of numbers, keys and signs, tried here.

use consent::statement::{canonical, hash, sign, verify};
use serde_json::{Value, json};

/// The canonical text of a value.
fn text(value: Value) -> String {
    let whole = String::from_utf8(canonical(&json!({ "v": value })).unwrap()).unwrap();
    whole.strip_prefix("{\"v\":").unwrap().strip_suffix('}').unwrap().to_owned()
}

fn read(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

/// Doubles by their bits and how they are written (RFC 8785, appendix B).
const DOUBLES: [(u64, &str); 23] = [
    (0, "0"),
    (0x8000_0000_0000_0000, "0"),
    (1, "5e-324"),
    (0x8000_0000_0000_0001, "-5e-324"),
    (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
    (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
    (0x4340_0000_0000_0000, "9007199254740992"),
    (0xc340_0000_0000_0000, "-9007199254740992"),
    (0x4430_0000_0000_0000, "295147905179352830000"),
    (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
    (0x44b5_2d02_c7e1_4af6, "1e+23"),
    (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
    (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
    (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
    (0x444b_1ae4_d6e2_ef50, "1e+21"),
    (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
    (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
    (0x41b3_de43_5555_5553, "333333333.3333332"),
    (0x41b3_de43_5555_5554, "333333333.33333325"),
    (0x41b3_de43_5555_5555, "333333333.3333333"),
    (0x41b3_de43_5555_5556, "333333333.3333334"),
    (0x41b3_de43_5555_5557, "333333333.33333343"),
    (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
];

#[test]
fn numbers_are_written_as_ecmascript_does() {
    for (bits, want) in DOUBLES {
        assert_eq!(text(json!(f64::from_bits(bits))), want, "{bits:x}");
        assert_eq!(text(read(want)), want, "read and written again");
    }
    for (written, want) in [
        ("333333333.33333329", "333333333.3333333"),
        ("1E30", "1e+30"),
        ("4.50", "4.5"),
        ("2e-3", "0.002"),
        ("0.000000000000000000000000001", "1e-27"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("56.0", "56"),
        ("9007199254740993", "9007199254740992"),
        ("18446744073709551615", "18446744073709552000"),
        ("123456789012345678901234567890", "1.2345678901234568e+29"),
    ] {
        assert_eq!(text(read(written)), want, "{written}");
    }
    assert!(serde_json::from_str::<Value>("1e400").is_err());
}

#[test]
fn keys_stand_in_the_order_of_utf_16() {
    let object = json!({
        "\u{20ac}": 1, "\r": 2, "\u{fb33}": 3, "1": 4, "\u{1f600}": 5, "\u{80}": 6, "\u{f6}": 7,
        "</script>": 8, "\n": 9, "": 10, "10": 11, "111": 12, "A": 13, "a": 14,
    });
    // A letter beyond the first plane is two units from U+D800 on, so that it stands before U+FB33.
    let want = "{\"\":10,\"\\n\":9,\"\\r\":2,\"1\":4,\"10\":11,\"111\":12,\"</script>\":8,\"A\":13,\"a\":14,\
                \"\u{80}\":6,\"\u{f6}\":7,\"\u{20ac}\":1,\"\u{1f600}\":5,\"\u{fb33}\":3}";
    assert_eq!(text(object), want);
    assert_eq!(
        text(read(r#"[56, {"d": true, "10": null, "1": [ ]}]"#)),
        r#"[56,{"1":[],"10":null,"d":true}]"#
    );
}

#[test]
fn only_what_must_be_escaped_is() {
    let written = r#""\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/\b\t\f\r\u007f\u2028\ud83d\ude02""#;
    let want = "\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\\b\\t\\f\\r\u{7f}\u{2028}\u{1f602}\"";
    assert_eq!(text(read(written)), want);
    // Letters and their accents stay as they were put: nothing is composed.
    assert_eq!(text(json!("A\u{30a}")), "\"A\u{30a}\"");
    for bad in [r#""\ud800""#, r#""\udead""#, "\"\u{1}\"", r#""\x""#] {
        assert!(serde_json::from_str::<Value>(bad).is_err(), "{bad}");
    }
}

/// Whatever the order and the blanks of the file, hash and signature are the same.
#[test]
fn a_statement_written_otherwise_is_the_same_statement() {
    let said = sign(
        json!({ "type": "statement", "id": "S1", "kind": "refuse", "uses": ["train"], "subject": "catalogue" }),
        &[9; 32],
    )
    .unwrap();
    let object = said.as_object().unwrap();
    let turned: serde_json::Map<String, Value> =
        object.iter().rev().map(|(k, v)| (k.clone(), v.clone())).collect();
    let spaced = serde_json::to_string_pretty(&turned).unwrap().replace("refuse", "\\u0072efuse");
    let again = read(&spaced);
    assert_eq!((hash(&again).unwrap(), verify(&again)), (hash(&said).unwrap(), verify(&said)));
    assert!(verify(&again).is_ok());
}
