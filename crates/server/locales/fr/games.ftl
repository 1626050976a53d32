# La page d'un jeu.
game-open = Jouer
game-members = Pour les membres des institutions abonnées.
game-no-way = Il n’y a pas encore de chemin vers ce jeu.
game-apart = Le jeu tourne à l’écart de ce site : il ne voit ni votre session ni vos pages.
game-key = Votre clé, pour vous seul :
game-out = Vers le jeu
