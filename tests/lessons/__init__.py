"""What each notebook is tried with, a file for each, named as in `eos/exercises/`.

ANSWERS  for each exercise, made when needed: right answers of several kinds, and wrong ones of several kinds
TELLS    for each question, patterns of what answers it: they stand under its cover, and nowhere before
"""

from eos.faces import constants_of

ANSWERS = constants_of(__name__, __path__, "ANSWERS")
TELLS = constants_of(__name__, __path__, "TELLS")
