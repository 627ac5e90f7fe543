"""What each explorer must draw and say, a file for each, named like it; and a file for each file of pictures.

explorer.py:  `drawn(picture, values, reading)` asks the `Picture` for everything that is to be seen at these values,
              computed anew from formulas, and says what the reading must say.
              `EDGES`, what the marks at its sliders are called, and `edges(**values)`, where they stand.
              `SETTINGS`, where the reading or the picture turns: places on both sides of each boundary.
pictures.py:  for each picture of eos/pictures/<pictures>.py a function of its name that makes it and gives back what
              it made, asked for all.
"""
