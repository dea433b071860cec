//! The words of a way in Korean, from those in English: a list of its own, so that the program's words are compared with
//! what a person wrote down here.

const FIXED: &[(&str, &str)] = &[
    ("header", "머리말"),
    ("footer", "꼬리말"),
    ("text box", "글상자"),
    ("deleted text", "지운 글"),
    ("hidden text", "숨긴 글"),
    ("formula", "수식"),
    ("validation list", "입력 목록"),
    ("strings in no cell", "셀에 없는 문자열"),
    ("chart data", "차트 데이터"),
    ("pivot cache", "피벗 캐시"),
    ("cache of an external link", "외부 연결 캐시"),
    ("document properties", "문서 속성"),
    ("alternative text", "대체 텍스트"),
    ("preview", "미리 보기"),
    ("script", "스크립트"),
    ("link address", "링크 주소"),
    ("message text", "메일 본문"),
    ("picture data", "사진 정보"),
    ("file name", "파일 이름"),
    ("content", "내용"),
    ("a file without a name", "이름 없는 파일"),
];

/// What a number or a name follows, and what stands around it in Korean.
const AROUND: &[(&str, &str, &str)] = &[
    ("page ", "", "쪽"),
    ("paragraph ", "", "번째 문단"),
    ("section ", "", "번째 구역"),
    ("slide ", "슬라이드 ", ""),
    ("speaker notes of slide ", "슬라이드 ", "의 발표자 노트"),
    ("note ", "각주 ", ""),
    ("comment ", "메모 ", ""),
    ("table ", "표 ", ""),
    ("earlier revision ", "이전 판 ", ""),
    ("sheet ", "시트 ", ""),
    ("defined name ", "정의된 이름 ", ""),
    ("form field ", "양식 필드 ", ""),
    ("message header ", "메일 헤더 ", ""),
    ("part ", "부분 ", ""),
];

/// A way, with a line behind it perhaps.
pub fn korean(way: &str) -> String {
    let (steps, line) = way.rsplit_once(", line ").map_or((way, None), |(steps, line)| (steps, Some(line)));
    let steps: Vec<String> = steps.split(" › ").map(step).collect();
    let line = line.map(|line| format!(", {line}번째 줄")).unwrap_or_default();
    format!("{}{line}", steps.join(" › "))
}

fn step(step: &str) -> String {
    let fixed = FIXED.iter().find(|(english, _)| *english == step);
    if let Some((_, korean)) = fixed {
        return (*korean).to_owned();
    }
    if let Some(cell) = step.strip_prefix("cell ") {
        return match cell.strip_suffix(" (hidden)") {
            Some(cell) => format!("숨긴 {cell} 셀"),
            None => format!("{cell} 셀"),
        };
    }
    let shown = step.replace(" (very hidden)", "(매우 숨김)").replace(" (hidden)", "(숨김)");
    let around = AROUND.iter().find_map(|(english, before, behind)| {
        let rest = shown.strip_prefix(english)?;
        rest.starts_with(|first: char| first.is_ascii_digit() || first == '‘')
            .then(|| format!("{before}{rest}{behind}"))
    });
    around.unwrap_or(shown)
}
