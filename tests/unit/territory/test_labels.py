import shapely

from linli.territory.geometry.labels import label_points


def test_a_name_stands_in_the_widest_part_and_not_in_a_neck():
    body, neck = shapely.box(0, 0, 1, 1), shapely.box(1, 0.49, 9, 0.51)
    islands = shapely.MultiPolygon([shapely.box(0, 0, 0.1, 0.1), shapely.box(5, 5, 6, 6)])
    shapes = [shapely.union(body, neck), islands]
    dumbbell, largest = label_points(shapes)
    assert dumbbell.distance(shapely.Point(0.5, 0.5)) < 0.02
    assert largest.distance(shapely.Point(5.5, 5.5)) < 0.02
