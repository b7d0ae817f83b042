using System.Numerics;

namespace FireAndForget.Tests.Properties;

/// <summary>A number as one whole number over another: nothing is ever rounded.</summary>
internal readonly record struct Fraction(BigInteger Over, BigInteger Under)
{
    public static Fraction Of(decimal value)
    {
        BigInteger under = 1;
        while (value != decimal.Truncate(value))
        {
            value *= 10;
            under *= 10;
        }

        return new(new BigInteger(value), under);
    }

    public static Fraction operator +(Fraction a, Fraction b) =>
        new((a.Over * b.Under) + (b.Over * a.Under), a.Under * b.Under);

    public static Fraction operator -(Fraction a, Fraction b) => a + new Fraction(-b.Over, b.Under);

    public static Fraction operator *(Fraction a, Fraction b) => new(a.Over * b.Over, a.Under * b.Under);

    public static bool operator <(Fraction a, Fraction b) => a.Over * b.Under < b.Over * a.Under;

    public static bool operator >(Fraction a, Fraction b) => b < a;
}
