"""What stands in the city, the same for every seed: tambon, stations, cameras, hotels.

What happens there belongs to `truth`.
"""
