namespace FireAndForget.Tests.Fuzz.Generation;

/// <summary>The instructions and constants of which <see cref="ExpressionWriter"/> takes some.</summary>
internal static class Instructions
{
    public static readonly string[] Comparisons = ["eq", "ne", "lt_s", "lt_u", "ge_s", "gt_u"];

    public static readonly string[] IntegerOperations =
    [
        "add",
        "sub",
        "mul",
        "and",
        "or",
        "xor",
        "shl",
        "shr_s",
        "shr_u",
        "rotl",
        "div_u",
        "rem_s",
    ];

    public static readonly string[] FloatOperations = ["add", "sub", "mul", "div", "min", "max", "copysign"];

    public static readonly string[] VectorOperations =
    [
        "i8x16.add",
        "i8x16.avgr_u",
        "i8x16.swizzle",
        "i8x16.relaxed_swizzle",
        "i16x8.extmul_low_i8x16_s",
        "i16x8.q15mulr_sat_s",
        "i16x8.relaxed_q15mulr_s",
        "i16x8.relaxed_dot_i8x16_i7x16_s",
        "i32x4.dot_i16x8_s",
        "i64x2.gt_s",
        "f32x4.relaxed_min",
        "f64x2.relaxed_max",
        "f64x2.pmin",
        "v128.andnot",
    ];

    public static readonly string[] VectorUnaries =
    [
        "i8x16.popcnt",
        "i32x4.relaxed_trunc_f32x4_s",
        "i32x4.relaxed_trunc_f64x2_u_zero",
        "f64x2.promote_low_f32x4",
        "i64x2.abs",
        "v128.not",
    ];

    public static readonly string[] VectorTernaries =
    [
        "v128.bitselect",
        "i8x16.relaxed_laneselect",
        "i64x2.relaxed_laneselect",
        "f32x4.relaxed_madd",
        "f64x2.relaxed_nmadd",
        "i32x4.relaxed_dot_i8x16_i7x16_add_s",
    ];

    public static readonly long[] Integers = [0, 1, 2, 3, 7, 64, 255, 65_536, -1, int.MaxValue, int.MinValue];

    public static readonly string[] Floats = ["0", "-0", "1.5", "-3e9", "inf", "nan", "0x1p-149"];
}
