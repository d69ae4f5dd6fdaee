"""Vietnamese order: of words, of syllables, of people by their given names."""

from itertools import pairwise

from service.domain.words import name_sort_key, sort_key


def test_a_list_is_in_the_order_of_a_vietnamese_dictionary() -> None:
    ordered = [
        "10 hộ", "An", "An Bình", "Án An", "Anh", "Ăn", "Ân", "Dung", "Dùng", "Dủng", "Dũng", "Dúng", "Dụng",
        "Đức", "Vạn", "Vạn Giã", "Xuân Sơn", "Ý",
    ]  # fmt: skip
    assert sorted(set(ordered), key=sort_key) == ordered
    assert all(sort_key(one) < sort_key(other) for one, other in pairwise(ordered))
    assert sort_key("ĐÔNG  hải") == sort_key("Đông Hải")


def test_people_are_listed_by_given_name_whatever_its_tone_says_of_the_rest() -> None:
    people = ["Trần Văn An", "Vũ An", "Nguyễn Văn Án", "Phạm Anh", "Lê Ân", "Đỗ Thị Dung", "Đỗ Văn Đạt"]
    assert sorted(sorted(people), key=name_sort_key) == people
