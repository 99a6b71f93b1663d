"""Every text of the faces and plots, in one place. Codes and names of fields stay as a program writes them."""

from __future__ import annotations

from typing import Mapping

from ..notebook import language

_KO = {
    # what happened
    "allowed": "허용",
    "denied": "거절",
    "pass": "통과",
    "fail": "불충족",
    "unknown": "알 수 없음",
    "passed": "통과",
    "failed": "실패",
    "ok": "정상",
    "not ok": "이상",
    "yes": "예",
    "no": "아니요",
    "verified": "인증됨",
    "ready": "진행 중",
    "attested": "확인됨",
    "self_declared_possible": "본인 입력일 수 있음",
    "unreadable": "읽을 수 없음",
    "absent": "없음",
    "closed": "닫힘",
    "open": "열림",
    "half_open": "반열림",
    "created": "새로 등록",
    "existing": "이미 등록됨",
    "taken": "다른 계정 있음",
    "refused": "거부됨",
    "banned": "차단",
    "reserved": "가입 진행 중",
    "may not rejoin yet": "재가입 제한",
    "holds an account": "계정 있음",
    "no account": "계정 없음",
    "running": "실행 중",
    "stopped": "종료됨",
    # nouns
    "Decision": "판정",
    "Findings": "판정 근거",
    "Verification": "본인인증",
    "Person": "본인",
    "Policy": "정책",
    "Decisions": "판정 여러 건",
    "Comparison": "정책 비교",
    "Registry": "레지스트리",
    "Counts": "건수",
    "Metrics": "지표",
    "Sandbox": "샌드박스",
    "Personas": "페르소나",
    "Requests": "요청",
    "Verifier": "Verifier",
    "Cases": "예시 검사",
    "Check": "상태 점검",
    "Claim": "계정 등록",
    "Reservation": "가입 예약",
    "Import": "이전 결과",
    "Persons": "사람 목록",
    "Standing": "가입 상태",
    # headings
    "field": "항목",
    "value": "값",
    "result": "결과",
    "rule": "규칙",
    "reason": "사유",
    "sentence": "안내 문구",
    "place": "위치",
    "attribute": "속성",
    "attestation": "확인 여부",
    "rows": "행",
    "share": "비율",
    "case": "예시",
    "difference": "차이",
    "checked": "점검 항목",
    "detail": "내용",
    "took": "소요 시간",
    "kind": "종류",
    "hash": "해시",
    "pepper": "페퍼",
    "provider": "인증기관",
    "account": "계정",
    "until": "기한",
    "keys": "키",
    "number": "번호",
    "state": "상태",
    "operation": "작업",
    "error": "오류",
    "calls": "호출",
    "latency": "응답 시간",
    "persona": "페르소나",
    "what it is": "설명",
    "time": "시각",
    "request": "요청",
    "status": "상태",
    "times": "횟수",
    "left out": "제외",
    "law": "근거",
    "circuit": "서킷 브레이커",
    "warning": "경고",
    # sentences and parts of them
    "all of these are required": "다음을 모두 충족해야 합니다",
    "the baseline, which every policy has": "기본 규칙(모든 정책에 적용)",
    "of this document": "이 문서의 규칙",
    "one of these": "다음 중 하나 이상",
    "all of these": "다음 모두",
    "none of these": "다음에 해당하지 않음",
    "and whatever else the application expects is equal": "애플리케이션이 넘긴 기대값도 모두 일치해야 합니다",
    "by": "정책",
    "of": "출처",
    "masked": "가려짐",
    "the latest": "최근",
    "more": "건 더 있음",
    "registry.count() counts the persons; it reads the whole store": "사람 수는 registry.count()로 셉니다. 저장소 전체를 읽습니다.",
    "nothing was asked yet": "아직 요청이 없습니다.",
    "one row may fall by several rules": "한 행이 여러 규칙에 걸릴 수 있습니다.",
    "who fell": "걸린 비율",
    "by this rule alone": "이 규칙에만 걸림",
    "gained": "새로 허용",
    "lost": "새로 거절",
    "same": "그대로",
    "why": "이유",
    "denied before by": "기존 정책에서 거절한 규칙",
    "denied now by": "새 정책에서 거절한 규칙",
    "before": "기존",
    "after": "변경 후",
    "allowed by both": "둘 다 허용",
    "rows allowed": "허용된 행",
    "rows denied": "거절된 행",
}  # fmt: skip


def say(word: str) -> str:
    """An English word, or what it is in Korean where that was chosen."""
    return _KO.get(word, word.replace("_", " ")) if language() == "ko" else word.replace("_", " ")


def sentence(said: object) -> str:
    """Of whatever has its sentence in both languages: a finding, a proof."""
    return str(getattr(said, language()))


def sentence_of(said: Mapping[str, str]) -> str:
    """Of a dict that has it in both."""
    return said[language()]
