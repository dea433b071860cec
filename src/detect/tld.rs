//! Top-level domains, so that `a@b.c` and `jquery@3.6.js` are no addresses.
//!
//! All country codes in use, and the generic ones that people have mailboxes under; from IANA's root zone database.
//! A rare new generic domain that is missing here costs an address not found; add it.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Country codes, two letters each, in the order of the alphabet.
const COUNTRIES: &str = "\
ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bv bw by bz ca cc cd cf \
cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gb gd ge gf gg \
gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp \
kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne \
nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sj sk \
sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn \
vu wf ws ye yt za zm zw";

/// Generic, sponsored and brand domains.
const GENERIC: &str = "\
academy accountant accountants actor adult aero africa agency airforce amazon apartments app apple archi army art arpa \
asia associates attorney auction audio auto autos baby band bank bar barcelona bargains basketball bayern beauty beer \
berlin best bet bible bid bike bingo bio biz black blog blue boats bond boo book boston boutique box broker build builders \
business buy buzz bzh cab cafe cam camera camp capital car cards care career careers cars casa cash casino cat catering \
center ceo cfd charity chat cheap christmas church city claims cleaning click clinic clothing cloud club coach codes \
coffee college com community company computer condos construction consulting contact contractors cooking cool coop \
country coupons courses credit creditcard cricket cruises cyou dad dance date dating day dealer deals degree delivery \
democrat dental dentist desi design dev diamonds diet digital direct directory discount diy docs doctor dog domains \
download earth eco edu education email energy engineer engineering enterprises equipment esq estate eus events exchange \
expert exposed express fail faith family fan fans farm fashion film finance financial fish fishing fit fitness flights \
florist flowers foo food football forex forsale forum foundation frl fun fund furniture futbol fyi gal gallery game \
games garden gay gdn gift gifts gives glass global gmail gmbh gold golf google gop gov graphics gratis green gripe group \
guide guitars guru hair hamburg haus health healthcare help hiphop hockey holdings holiday homes horse hospital host \
hosting house how hyundai icu immo immobilien inc industries info ing ink institute insurance insure int international \
investments irish ist istanbul jetzt jewelry jobs joburg kaufen kia kids kim kitchen kiwi koeln land lat law lawyer lease \
legal lgbt life lighting limited limo link live living llc llp loan loans locker lol london lotto love ltd ltda luxe \
luxury maison makeup management market marketing markets mba med media melbourne meme memorial men menu miami microsoft \
mil mobi moda moe mom money monster mortgage moscow moto motorcycles mov movie museum music nagoya name navy net network \
new news nexus ngo ninja now nrw nyc observer okinawa one ong onl online ooo org organic osaka page paris partners parts \
party pet phd photo photography photos pics pictures pink pizza place plumbing plus poker porn post press pro productions \
prof promo properties property protection pub qpon quebec racing realestate realtor recipes red rehab reise reisen rent \
rentals repair report republican rest restaurant review reviews rich rip rocks rodeo rsvp run ryukyu saarland sale salon \
samsung sarl sbs school schule science scot security select services sew sex sexy shiksha shoes shop shopping show singles \
site ski skin soccer social software solar solutions soy space spa sport spot srl storage store stream studio study \
style sucks supplies supply support surf surgery sydney systems taipei tattoo tax taxi team tech technology tel tennis \
theater theatre tickets tienda tips tires today tokyo tools top tours town toyota toys trade trading training travel tube \
university uno vacations vegas ventures vet viajes video villas vin vip vision vodka vote voting voto voyage wales wang \
watch watches webcam website wedding wiki win wine work works world wow wtf xin xxx xyz yachts yoga yokohama you zip zone";

static NAMES: LazyLock<HashSet<&str>> = LazyLock::new(|| COUNTRIES.split(' ').chain(GENERIC.split(' ')).collect());

/// Whether this is a top-level domain. Internationalised ones (`xn--3e0b707e`, 한국) are taken as they are.
pub(super) fn exists(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.strip_prefix("xn--").is_some_and(|rest| !rest.is_empty()) || NAMES.contains(name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_exists() {
        for name in ["kr", "KR", "com", "email", "xn--3e0b707e", "uk", "zone", "academy"] {
            assert!(exists(name), "{name}");
        }
        for name in ["", "c", "js", "png", "xx", "min", "xn--", "local", "corp com"] {
            assert!(!exists(name), "{name}");
        }
    }
}
